/** A completion as the compiler reports it. */
export interface Entry {
  readonly name: string;
  readonly kind?: number;
  readonly sortText?: string;
  readonly insertText?: string;
  readonly detail?: string;
  readonly labelDetails?: { readonly detail?: string; readonly description?: string };
  readonly symbol?: { readonly id: number };
}
