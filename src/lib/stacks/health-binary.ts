/** The C library and the loader: every thread begins in them. */
export const isLibc = (binary: string): boolean => /(^|\/)(libc[.-]|libpthread|ld-linux|ld-musl|ld-\d)/.test(binary);

/** Memory that no file stands behind: code there was compiled at run time. */
export const isAnonymous = (binary: string): boolean =>
  /^(\[unknown\]|\/\/anon|\[anon.*|\/memfd:.*|\/tmp\/perf-\d+\.map|anon)$/.test(binary);
