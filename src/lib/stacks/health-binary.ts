/** The C library and the dynamic loader: every thread starts in them. */
export const isLibc = (binary: string): boolean => /(^|\/)(libc[.-]|libpthread|ld-linux|ld-musl|ld-\d)/.test(binary);

/** Memory that is not backed by a file: code there was compiled at run time. */
export const isAnonymous = (binary: string): boolean =>
  /^(\[unknown\]|\/\/anon|\[anon.*|\/memfd:.*|\/tmp\/perf-\d+\.map|anon)$/.test(binary);
