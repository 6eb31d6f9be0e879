import type { Channel } from './sockets.ts';
import type { Header, Json, Message, Outgoing } from './wire.ts';

/** A message that asks for something, with the channel on which it arrived. */
export interface Request extends Message {
  readonly channel: Channel;
}

/** The two ways to answer: to the client that asked, or to all clients. */
export interface Out {
  publish(type: string, parent: Header | undefined, content: Json, more?: Pick<Outgoing, 'metadata' | 'buffers'>): void;
  send(request: Request, type: string, content: Json): void;
}

/** Reads a field of a request's content; `fallback` when it is absent or has another type. */
export const text = ({ content }: Message, name: string, fallback = ''): string => {
  const value = content[name];
  return typeof value === 'string' ? value : fallback;
};

export const flag = ({ content }: Message, name: string, fallback: boolean): boolean => {
  const value = content[name];
  return typeof value === 'boolean' ? value : fallback;
};

export const whole = ({ content }: Message, name: string, fallback: number): number => {
  const value = content[name];
  return typeof value === 'number' && Number.isFinite(value) ? Math.trunc(value) : fallback;
};

const replyType = (request: Request): string => request.header.msg_type.replace(/_request$/, '_reply');

/** Answers one request between its `busy` and its `idle`; an exception becomes an error reply. */
export const answer = async (
  out: Out,
  request: Request,
  reply: (request: Request) => Json | undefined | Promise<Json | undefined>,
): Promise<void> => {
  out.publish('status', request.header, { execution_state: 'busy' });
  try {
    const content = await reply(request);
    if (content) out.send(request, replyType(request), content);
  } catch (error) {
    const evalue = error instanceof Error ? error.message : String(error);
    out.send(request, replyType(request), { status: 'error', ename: 'KernelError', evalue, traceback: [evalue] });
  }
  out.publish('status', request.header, { execution_state: 'idle' });
};
