import type { IHookFunctions, IPollFunctions, IWebhookFunctions } from 'n8n-workflow';

import { splitList } from '../splitList';
import type { Filters } from './filters';
import { toOktaCondition } from './oktaCondition';
import { OTHER_FACTORS } from './parameters';

/** Whoever can be asked for the node's parameters. */
type Context = IHookFunctions | IPollFunctions | IWebhookFunctions;

/** A parameter's value as a text. An expression may give a list, a number, or nothing at all. */
function readText(context: Context, name: string): string {
	const value: unknown = context.getNodeParameter(name, '');
	return Array.isArray(value) ? value.join('\n') : String(value ?? '');
}

function readList(context: Context, name: string): string[] {
	return splitList(readText(context, name));
}

/**
 * The filters as a person has set them in the node's panel, expressions evaluated.
 *
 * @throws where an expression fails
 */
export function readFilters(context: Context): Filters {
	return {
		outcomes: readList(context, 'outcomes').map((outcome) => outcome.toUpperCase()),
		factors: readList(context, 'factors').flatMap((factor) =>
			factor === OTHER_FACTORS ? readList(context, 'otherFactors') : [factor],
		),
		ignorePasswordVerifications: readText(context, 'ignorePasswordVerifications') === 'true',
		users: readList(context, 'users'),
	};
}

/**
 * The filters that Okta can be told of. What comes from an expression may be something else for the
 * next event: it counts as not set here, and stays with n8n.
 *
 * @throws where an expression fails
 */
export function readFixedFilters(context: Context): Pick<Filters, 'outcomes' | 'users'> {
	const { outcomes, users } = readFilters(context);
	const { parameters } = context.getNode();
	const isFixed = (name: string) => !String(parameters[name] ?? '').startsWith('=');
	return { outcomes: isFixed('outcomes') ? outcomes : [], users: isFixed('users') ? users : [] };
}

/**
 * The condition by which Okta holds back what the filters would drop, if 'Filter in Okta' is on.
 *
 * @returns undefined where Okta shall send everything
 */
export function chooseOktaCondition(context: IHookFunctions): string | undefined {
	if (readText(context, 'options.filterInOkta') !== 'true') return undefined;
	return toOktaCondition(readFixedFilters(context));
}
