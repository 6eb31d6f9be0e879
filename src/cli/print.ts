/** Writes to standard output, and resolves when whoever reads it has taken the piece, or a pipe has room for it. */
export const print = (piece: string | Uint8Array): Promise<void> =>
  new Promise((resolve) => {
    process.stdout.write(piece, () => {
      resolve();
    });
  });
