import type { NodeContext } from '../context';
import { readParameter } from '../readParameter';
import { toEventCard, toRawEvent } from './output';

/** How events become items, as a person has set it in 'Output'. */
export function chooseOutput(context: NodeContext): typeof toEventCard {
	// It cannot be an expression.
	const output = readParameter(context, 'output', 'eventCard', true);
	return output === 'rawEvent' ? toRawEvent : toEventCard;
}
