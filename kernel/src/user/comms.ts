import { randomUUID } from 'node:crypto';
import type { Comm } from '../../../src/lib/kernel.ts';
import type { CommKind } from '../messages.ts';
import { currentCell, type RunningCell, within } from './cells.ts';
import { send } from './link.ts';

type Json = Record<string, unknown>;
type Listener = (data: unknown, buffers: readonly Uint8Array[]) => void;
export type CommTarget = (comm: OpenComm, data: unknown, buffers: readonly Uint8Array[]) => void;

/** The library's Comm, with the listeners that a notebook may add. */
export interface OpenComm extends Comm {
  readonly id: string;
  send(data: unknown, options?: { readonly metadata?: Json; readonly buffers?: readonly Uint8Array[] }): void;
  onMessage(listener: Listener): void;
  onClose(listener: () => void): void;
}

interface Held {
  readonly comm: OpenComm;
  readonly listeners: Listener[];
  readonly closed: (() => void)[];
}

const open = new Map<string, Held>();
const targets = new Map<string, CommTarget>();

const emit = (
  cell: RunningCell,
  kind: CommKind,
  content: Json,
  metadata: Json = {},
  buffers: readonly Uint8Array[] = [],
) => {
  send({ kind, cell: cell.id, content, metadata }, buffers);
};

const hold = (id: string): OpenComm => {
  const listeners: Listener[] = [];
  const closed: (() => void)[] = [];
  const comm: OpenComm = {
    id,
    send: (data, { metadata, buffers } = {}) => {
      emit(currentCell(), 'comm_msg', { comm_id: id, data }, metadata, buffers);
    },
    onMessage: (listener) => void listeners.push(listener),
    onClose: (listener) => void closed.push(listener),
    close: () => {
      if (open.delete(id)) emit(currentCell(), 'comm_close', { comm_id: id, data: {} });
    },
  };
  open.set(id, { comm, listeners, closed });
  return comm;
};

/** Opens a comm to the front end. */
export const openComm = (target: string, data: unknown, buffers: readonly Uint8Array[] = []): OpenComm => {
  const comm = hold(randomUUID());
  emit(currentCell(), 'comm_open', { comm_id: comm.id, target_name: target, data: data ?? {} }, {}, buffers);
  return comm;
};

/** Answers comms that a front end opens with the name `target`. */
export const onComm = (target: string, opened: CommTarget): void => {
  targets.set(target, opened);
};

/** Handles a comm message from a front end; an unknown target is answered with comm_close, as the protocol asks. */
export const receiveComm = (cell: RunningCell, kind: CommKind, content: Json, buffers: readonly Uint8Array[]): void => {
  const id = String(content['comm_id']);
  const data = content['data'];
  within(cell, () => {
    if (kind === 'comm_open') {
      const opened = targets.get(String(content['target_name']));
      if (opened) opened(hold(id), data, buffers);
      else emit(cell, 'comm_close', { comm_id: id, data: {} });
      return;
    }
    const held = open.get(id);
    if (kind === 'comm_msg') for (const listener of held?.listeners ?? []) listener(data, buffers);
    else if (open.delete(id)) for (const listener of held?.closed ?? []) listener();
  });
};
