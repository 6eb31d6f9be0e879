import { connect } from 'node:net';
import { writeFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';

/**
 * An ssh ProxyCommand that delays every byte by MS milliseconds each way, and counts round trips in a file (how often
 * our side sends after the other side has sent): `node delayproxy.ts HOST PORT MS FILE`.
 */
const [host = '', port = '', delay = '0', file = ''] = process.argv.slice(2);
const socket = connect(Number(port), host);
socket.setNoDelay(true);
let trips = 0;
let heard = true;

const later = (from: Readable, to: Writable, seen: () => void): void => {
  from.on('data', (bytes: Buffer) => {
    seen();
    setTimeout(() => to.write(bytes), Number(delay));
  });
  from.on('end', () => setTimeout(() => to.end(), Number(delay) + 5));
};
later(process.stdin, socket, () => {
  if (!heard) return;
  heard = false;
  writeFileSync(file, String(++trips));
});
later(socket, process.stdout, () => (heard = true));
socket.on('close', () => setTimeout(() => process.exit(0), Number(delay) + 20));
socket.on('error', () => process.exit(1));
