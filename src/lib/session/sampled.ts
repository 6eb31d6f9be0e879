import type { Order } from '../../recorder/client.ts';
import { findSource } from '../sources/list.ts';
import type { Need } from './backend.ts';

/** The sources that the sampler is to read, and how often. */
export const sampledFor = ({
  sources,
  hz,
  options,
}: Need): Pick<Order, 'sources'> & { readonly processHz: number } => ({
  sources: sources.map((name) => {
    const { recipe } = findSource(name);
    return { name, recipe, hz: options?.hz === undefined ? (recipe.hz ?? hz) : hz };
  }),
  processHz: Math.min(hz, 1),
});
