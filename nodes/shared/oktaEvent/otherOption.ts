import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { splitList } from '../splitList';
import type { FilterSettings } from './filter';

/** The value of the 'Other' option, which shows a field for values that aren't in the list. */
export const OTHER = 'other';

/** The last option of a list. */
export const otherOption: INodePropertyOptions = {
	name: 'Other',
	value: OTHER,
	description: 'Enter the names below',
};

/** Shows a field only if 'Other' is selected in a list. */
export function shownByOther(listName: string): Pick<INodeProperties, 'displayOptions'> {
	return { displayOptions: { show: { [listName]: [OTHER] } } };
}

/** The name of the list whose 'Other' option shows the field, if any. */
export function listShowing({ displayOptions = {} }: INodeProperties): string | undefined {
	for (const name in displayOptions.show) {
		if (displayOptions.show[name]?.[0] === OTHER) return name;
	}
	return undefined;
}

/** Whether 'Other' is selected in a list. An expression can return the list as text. */
export function hasOther(list: unknown): boolean {
	if (Array.isArray(list)) return list.includes(OTHER);
	return typeof list === 'string' && splitList(list).includes(OTHER);
}

/** The entries of a list, with 'Other' replaced by the values entered for it. */
export function selectedIn(
	settings: FilterSettings,
	listName: string,
	otherName: string,
): string[] {
	return splitList(settings[listName]).flatMap((entry) =>
		entry === OTHER ? splitList(settings[otherName]) : [entry],
	);
}
