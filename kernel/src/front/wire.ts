import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

/** The protocol version in kernel_info: https://jupyter-client.readthedocs.io/en/stable/messaging.html */
export const PROTOCOL_VERSION = '5.5';

const DELIMITER = Buffer.from('<IDS|MSG>');

export type Json = Record<string, unknown>;

export interface Header extends Json {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
}

/** One message as received; `ids` route the reply to its sender. */
export interface Message {
  readonly ids: readonly Buffer[];
  readonly header: Header;
  readonly metadata: Json;
  readonly content: Json;
  readonly buffers: readonly Buffer[];
}

/** Signs and verifies; `sign` is undefined if the key is empty, which turns signing off. */
export interface Signer {
  sign(parts: readonly Uint8Array[]): Buffer;
  verify(signature: Uint8Array, parts: readonly Uint8Array[]): boolean;
}

/** `scheme` as in the connection file, e.g. hmac-sha256. */
export const createSigner = (scheme: string, key: string): Signer => {
  if (key === '') return { sign: () => Buffer.alloc(0), verify: () => true };
  const algorithm = scheme.replace(/^hmac-/, '');
  const sign = (parts: readonly Uint8Array[]): Buffer => {
    const hmac = createHmac(algorithm, key);
    for (const part of parts) hmac.update(part);
    return Buffer.from(hmac.digest('hex'), 'latin1');
  };
  const verify = (signature: Uint8Array, parts: readonly Uint8Array[]): boolean => {
    const expected = sign(parts);
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  };
  return { sign, verify };
};

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const parse = (part: Uint8Array, name: string): Json => {
  const value: unknown = JSON.parse(Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('utf8'));
  if (!isJson(value)) throw new Error(`${name}: expected an object, got ${typeof value}`);
  return value;
};

const parseHeader = (part: Uint8Array): Header => {
  const { msg_id: id, msg_type: type, session, ...rest } = parse(part, 'header');
  if (typeof id !== 'string' || typeof type !== 'string') throw new Error('header: expected msg_id and msg_type');
  return { ...rest, msg_id: id, msg_type: type, session: typeof session === 'string' ? session : '' };
};

/** Reads one message; parses nothing before the signature is verified. Throws on anything malformed. */
export const decode = (signer: Signer, frames: readonly Buffer[]): Message => {
  const at = frames.findIndex((frame) => frame.equals(DELIMITER));
  const [signature, ...parts] = frames.slice(at + 1);
  const [header, parent, metadata, content] = parts;
  if (at < 0 || !signature || !header || !parent || !metadata || !content) throw new Error('not a Jupyter message');
  if (!signer.verify(signature, [header, parent, metadata, content])) throw new Error('bad signature');
  return {
    ids: frames.slice(0, at).map((id) => Buffer.from(id)),
    header: parseHeader(header),
    metadata: parse(metadata, 'metadata'),
    content: parse(content, 'content'),
    buffers: parts.slice(4).map((buffer) => Buffer.from(buffer)),
  };
};

const session = randomUUID();
let sent = 0;

/** A header of ours; message ids count up, so that a log reads in order. */
const createHeader = (type: string): Header => ({
  msg_id: `${session}_${sent++}`,
  msg_type: type,
  session,
  username: 'kernel',
  date: new Date().toISOString(),
  version: PROTOCOL_VERSION,
});

const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value), 'utf8');

/** One message to be sent, without its recipient. */
export interface Outgoing {
  readonly type: string;
  readonly parent: Header | undefined;
  readonly content: Json;
  readonly metadata?: Json | undefined;
  readonly buffers?: readonly Uint8Array[] | undefined;
}

/** The signed frames of a message. */
export const encode = (signer: Signer, ids: readonly Buffer[], message: Outgoing): Uint8Array[] => {
  const parts = [
    bytes(createHeader(message.type)),
    bytes(message.parent ?? {}),
    bytes(message.metadata ?? {}),
    bytes(message.content),
  ];
  return [...ids, DELIMITER, signer.sign(parts), ...parts, ...(message.buffers ?? [])];
};
