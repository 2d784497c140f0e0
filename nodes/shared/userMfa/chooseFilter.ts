import type { NodeContext } from '../context';
import { toEventFilter } from './filters';
import type { EventFilter } from './filters';
import { readFilterTexts, toFilters } from './readFilters';
import type { FilterTexts } from './readFilters';

interface MadeFilter {
	texts: FilterTexts;
	isWanted: EventFilter;
}

/** Made for earlier deliveries, the oldest first: to make one of a long list of users takes time. */
const madeFilters: MadeFilter[] = [];

/** Texts from expressions may be new with each delivery. What is forgotten is made again. */
const MOST_MADE_FILTERS = 50;

function areSame(some: FilterTexts, others: FilterTexts): boolean {
	const names = Object.keys(some) as Array<keyof FilterTexts>;
	return names.every((name) => some[name] === others[name]);
}

/**
 * Which events to start the workflow for, as a person has set it in the node's panel. The same
 * settings give the same filter.
 *
 * @throws where an expression fails
 */
export function chooseFilter(context: NodeContext): EventFilter {
	const texts = readFilterTexts(context);
	const made = madeFilters.find((each) => areSame(each.texts, texts));
	if (made) return made.isWanted;
	const isWanted = toEventFilter(toFilters(texts));
	madeFilters.push({ texts, isWanted });
	if (madeFilters.length > MOST_MADE_FILTERS) madeFilters.shift();
	return isWanted;
}
