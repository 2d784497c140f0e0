import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { splitList } from '../splitList';
import type { FilterSettings } from './filter';

/** The value of the option 'Other', which shows a field for what the list doesn't offer. */
export const OTHER = 'other';

/** The option at the end of a list. */
export const otherOption: INodePropertyOptions = {
	name: 'Other',
	value: OTHER,
	description: 'Enter the names below',
};

/** Shows a field if 'Other' is selected in a list. */
export function shownByOther(listName: string): Pick<INodeProperties, 'displayOptions'> {
	return { displayOptions: { show: { [listName]: [OTHER] } } };
}

/** The name of the list whose option 'Other' shows the field, if any. */
export function listShowing({ displayOptions = {} }: INodeProperties): string | undefined {
	for (const name in displayOptions.show) {
		if (displayOptions.show[name]?.[0] === OTHER) return name;
	}
	return undefined;
}

/** Whether 'Other' is selected in a list, which an expression can give as text. */
export function hasOther(list: unknown): boolean {
	if (Array.isArray(list)) return list.includes(OTHER);
	return typeof list === 'string' && splitList(list).includes(OTHER);
}

/** The entries of a list, with what was entered for 'Other' in its place. */
export function selectedIn(
	settings: FilterSettings,
	listName: string,
	otherName: string,
): string[] {
	return splitList(settings[listName]).flatMap((entry) =>
		entry === OTHER ? splitList(settings[otherName]) : [entry],
	);
}
