import { FridayError } from '../../lib/errors.ts';
import { readEntries } from '../../lib/recording/entries.ts';
import type { NamespaceFact } from '../../lib/recording/format.ts';
import type { SampleFrame } from '../../lib/recording/recording.ts';
import { type RecordedWarning, warningFrom } from '../../lib/recording/warning.ts';
import type { Form, SamplerPlan } from './plan.ts';
import { noncePath } from './plan.ts';
import { splitFiles } from './split.ts';

/** The sampler's own figures, sent when it ends. */
export interface EndFrame {
  readonly kind: 'end';
  /** CPU seconds and peak bytes of the sampler; undefined if this form cannot measure them. */
  readonly cpu?: number;
  readonly memory?: number;
  /** By stream: samples taken, and samples skipped because an earlier one took too long. */
  readonly streams: Readonly<Record<string, { readonly samples: number; readonly late: number }>>;
}

export interface WarningFrame {
  readonly kind: 'warning';
  readonly stream?: string;
  readonly warning: RecordedWarning;
}

/** How many of the host's processes had a network namespace that the sampler could read. */
export interface NamespaceFrame {
  readonly kind: 'namespaces';
  readonly seen: NamespaceFact;
}

export type SamplerFrame = SampleFrame | WarningFrame | NamespaceFrame | EndFrame;

/** Takes the sampler's output in pieces of any size; returns complete frames. */
export interface FrameDecoder {
  push(bytes: Uint8Array): readonly SamplerFrame[];
}

const MOST = 256 * 1024 * 1024;
const text = new TextDecoder();

/** Bytes of an incomplete frame. */
interface Pending {
  bytes: Uint8Array;
  started: boolean;
}

const keep = (pending: Pending, more: Uint8Array): void => {
  if (pending.bytes.length + more.length > MOST)
    throw new FridayError('input', `sampler: expected a frame of at most ${MOST} bytes`, {
      next: 'Ask fewer questions at once.',
    });
  const all = new Uint8Array(pending.bytes.length + more.length);
  all.set(pending.bytes);
  all.set(more, pending.bytes.length);
  pending.bytes = all;
};

const desynchronised = (line: string): FridayError =>
  new FridayError('input', 'sampler: expected a frame, got other output', {
    next: 'Another program on the host wrote to the channel of the sampler (a login script, for example). Capture again.',
    seen: line.slice(0, 120),
  });

const counted = (
  line: string,
  payload: (size: number) => Uint8Array | undefined,
): SamplerFrame | 'more' | undefined => {
  const [, kind = '', ...words] = line.split(' ');
  if (kind === 'H') return undefined;
  const size = Number(words.at(-1));
  if (!'SWEN'.includes(kind) || !Number.isInteger(size)) throw desynchronised(line);
  const content = payload(size);
  if (content === undefined) return 'more';
  if (kind === 'E') return endFrame(text.decode(content));
  if (kind === 'N') return namespaces(Number(words[0]), Number(words[1]));
  const [stream = '', t = '', clock, whole] = words;
  if (kind === 'W') return warning(stream, text.decode(content));
  const { files, gone } = readEntries(content);
  return {
    kind: 'sample',
    stream,
    t: Number(t),
    clock: clock === 'M' ? 'monotonic' : 'boottime',
    whole: whole === 'W',
    files,
    gone,
  };
};

const warning = (stream: string, sent: string): WarningFrame => ({
  kind: 'warning',
  ...(stream === '-' ? {} : { stream }),
  warning: warningFrom(sent),
});

const namespaces = (unread: number, of: number, ownOnly = false): NamespaceFrame => ({
  kind: 'namespaces',
  seen: { ownOnly, unread, of },
});

const endFrame = (said: string): EndFrame => {
  const lines = said.split('\n').map((line) => line.split(' '));
  const value = (name: string): number => Number(lines.find(([first]) => first === name)?.[1]);
  const streams = lines
    .filter(([first]) => first === 'stream')
    .map(([, name = '', samples, late]) => [name, { samples: Number(samples), late: Number(late) }] as const);
  return { kind: 'end', cpu: value('cpu'), memory: value('memory'), streams: Object.fromEntries(streams) };
};

/** The perl form: `@nonce S stream t clock W|D bytes`, then that many bytes. */
const countedDecoder = (nonce: string): FrameDecoder => {
  const pending: Pending = { bytes: new Uint8Array(), started: false };
  const head = Buffer.from(`@${nonce} `);
  return {
    push(more) {
      keep(pending, more);
      const frames: SamplerFrame[] = [];
      let at = pending.started ? 0 : Buffer.from(pending.bytes.buffer).indexOf(head);
      if (at < 0) return frames;
      pending.started = true;
      for (;;) {
        const end = pending.bytes.indexOf(10, at);
        if (end < 0) break;
        const line = text.decode(pending.bytes.subarray(at, end));
        if (!line.startsWith(`@${nonce} `)) throw desynchronised(line);
        let next = end + 1;
        const frame = counted(line, (size) => {
          next = end + 1 + size;
          return next > pending.bytes.length ? undefined : pending.bytes.subarray(end + 1, next);
        });
        if (frame === 'more') break;
        if (frame) frames.push(frame);
        at = next;
      }
      pending.bytes = pending.bytes.subarray(at);
      return frames;
    },
  };
};

/** The shell forms: everything between two marker lines; the markers contain the nonce. */
const markedDecoder = (nonce: string): FrameDecoder => {
  const pending: Pending = { bytes: new Uint8Array(), started: false };
  const marker = Buffer.from(`\n@${nonce} `);
  const prefix = noncePath(nonce);
  return {
    push(more) {
      keep(pending, more);
      const frames: SamplerFrame[] = [];
      const all = Buffer.from(pending.bytes.buffer, pending.bytes.byteOffset, pending.bytes.length);
      let at = all.indexOf(marker);
      while (at >= 0) {
        const end = all.indexOf(10, at + 1);
        if (end < 0) break;
        const [, kind = '', stream = '', t = ''] = all.toString('utf8', at, end).split(' ');
        const next = all.indexOf(marker, end);
        if (kind === 'E') frames.push({ kind: 'end', streams: {} });
        if (kind === 'N') frames.push(namespaces(0, 0, true));
        if (kind === 'T' || kind === 'W') {
          if (next < 0) break;
          const body = all.subarray(end + 1, next);
          if (kind === 'W') frames.push(warning(stream, body.toString()));
          else
            frames.push({
              kind: 'sample',
              stream,
              t: Number(t),
              clock: 'boottime',
              whole: true,
              files: splitFiles(body, prefix),
              gone: [],
            });
        }
        if (next < 0) {
          at = end;
          break;
        }
        at = next;
      }
      if (at > 0) pending.bytes = all.subarray(at);
      return frames;
    },
  };
};

/** Decodes the output of `samplerScript(plan, form)`; drops what a login shell printed before it. */
export const frameDecoder = ({ nonce }: SamplerPlan, form: Form): FrameDecoder =>
  form === 'perl' ? countedDecoder(nonce) : markedDecoder(nonce);
