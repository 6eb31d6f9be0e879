/** One verb of `fbf`: parses its arguments, calls the library, prints. Returns the exit status. */
export interface Command {
  /** One line for `fbf help`. */
  readonly summary: string;
  /** The whole help text of the verb. */
  readonly usage: string;
  run(args: readonly string[]): Promise<number>;
}
