import { toCodePoints, toUtf16 } from './code-points.ts';
import type { LazyChecker } from './lazy-checker.ts';
import { type Request, text, whole } from './requests.ts';
import type { Json } from './wire.ts';

/** Answers a complete_request, with the types in the metadata field that JupyterLab and the console read. */
export const complete = async (checker: LazyChecker, request: Request): Promise<Json> => {
  const code = text(request, 'code');
  const cursor = toUtf16(code, whole(request, 'cursor_pos', code.length));
  const found = await checker.complete(code, cursor);
  const start = toCodePoints(code, found?.start ?? cursor);
  const end = toCodePoints(code, found?.end ?? cursor);
  const types = (found?.types ?? []).map((type, i) => ({ start, end, text: found?.matches[i] ?? '', ...type }));
  const metadata = { _jupyter_types_experimental: types };
  return { status: 'ok', matches: found?.matches ?? [], cursor_start: start, cursor_end: end, metadata };
};

/** Answers an inspect_request with Markdown and plain text. */
export const inspect = async (checker: LazyChecker, request: Request): Promise<Json> => {
  const code = text(request, 'code');
  const cursor = toUtf16(code, whole(request, 'cursor_pos', code.length));
  const found = await checker.inspect(code, cursor, whole(request, 'detail_level', 0));
  const data = found ? { 'text/markdown': found.markdown, 'text/plain': found.text } : {};
  return { status: 'ok', found: found !== undefined, data, metadata: {} };
};

/** Answers an is_complete_request. */
export const isComplete = async (request: Request): Promise<Json> => {
  const { isComplete: judge } = await import('../language/complete-code.ts');
  return { ...(await judge(text(request, 'code'))) };
};
