/** Writes to standard output; resolves when the reader has taken the piece, or the pipe has room for it. */
export const print = (piece: string | Uint8Array): Promise<void> =>
  new Promise((resolve) => {
    process.stdout.write(piece, () => {
      resolve();
    });
  });
