import { connect } from 'node:net';
import { SOCKET } from '../lib/transport/askpass.ts';

/**
 * The program that ssh starts to ask something (bin/askpass): passes its prompt to the recorder, prints the answer.
 */
const path = process.env[SOCKET];
if (path === undefined || process.env['SSH_ASKPASS_PROMPT'] === 'none') process.exit(path === undefined ? 1 : 0);

const socket = connect(path);
socket.on('error', () => process.exit(1));
socket.write(`${JSON.stringify(process.argv[2] ?? '')}\n`);
let text = '';
for await (const part of socket.setEncoding('utf8')) text += String(part);
const said: unknown = JSON.parse(text === '' ? 'null' : text);
if (typeof said !== 'string') process.exit(1);
process.stdout.write(`${said}\n`);
