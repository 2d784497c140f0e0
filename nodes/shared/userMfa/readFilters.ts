import type { NodeContext } from '../context';
import { operationError } from '../errors';
import { parameterText } from '../parameterText';
import { readParameter } from '../readParameter';
import { splitList } from '../splitList';
import type { Filters } from './filters';
import { toOktaCondition } from './oktaCondition';
import { filterInOktaOption, filterParameters, OTHER_FACTORS } from './parameters';

const PARAMETERS = [...filterParameters, filterInOktaOption];

/** The filters' parameters as texts. */
export interface FilterTexts {
	outcomes: string;
	factors: string;
	otherFactors: string;
	ignorePasswordVerifications: string;
	users: string;
}

/** A parameter as it stands in the panel, expressions not evaluated. */
function readRaw(context: NodeContext, name: string): unknown {
	return readParameter(context, name, '', true);
}

function isExpression(raw: unknown): boolean {
	return typeof raw === 'string' && raw.startsWith('=');
}

function toText(context: NodeContext, name: string, value: unknown): string {
	return parameterText(value, {
		// Looked for when it's needed: each delivery reads these parameters.
		get displayName() {
			return PARAMETERS.find((each) => name.endsWith(each.name))?.displayName ?? name;
		},
		getNode: () => context.getNode(),
	});
}

/** A parameter's value as text. */
function readText(context: NodeContext, name: string): string {
	const raw = readRaw(context, name);
	// For n8n, to evaluate what is no expression is five times the work of reading it.
	return toText(context, name, isExpression(raw) ? readParameter(context, name, '') : raw);
}

function hasOther(factors: string): boolean {
	// To look for the word first spares nearly all deliveries the splitting.
	return factors.includes(OTHER_FACTORS) && splitList(factors).includes(OTHER_FACTORS);
}

/** Hidden without 'Other', and what was left in there must not fail. */
function readOtherFactors(context: NodeContext, factors: string): string {
	if (!hasOther(factors)) return '';
	const text = readText(context, 'otherFactors');
	if (splitList(text).length > 0) return text;
	throw operationError(
		context.getNode(),
		"'Factors' includes 'Other', but 'Other Factors' is empty. Enter at least one factor name there, or remove 'Other' from 'Factors'.",
		'configuration-invalid',
	);
}

/**
 * The filters' parameters as the user has set them in the node's panel, expressions evaluated.
 *
 * @throws if an expression fails or returns an object, or if 'Other Factors' is empty
 */
export function readFilterTexts(context: NodeContext): FilterTexts {
	const factors = readText(context, 'factors');
	return {
		outcomes: readText(context, 'outcomes'),
		factors,
		otherFactors: readOtherFactors(context, factors),
		ignorePasswordVerifications: readText(context, 'ignorePasswordVerifications'),
		users: readText(context, 'users'),
	};
}

function toOutcomes(text: string): string[] {
	return splitList(text).map((outcome) => outcome.toUpperCase());
}

/** What a person wants by these texts: entries separated by commas or lines, in any case. */
export function toFilters(texts: FilterTexts): Filters {
	return {
		outcomes: toOutcomes(texts.outcomes),
		factors: splitList(texts.factors).flatMap((factor) =>
			factor === OTHER_FACTORS ? splitList(texts.otherFactors) : [factor],
		),
		ignorePasswordVerifications: texts.ignorePasswordVerifications === 'true',
		users: splitList(texts.users),
	};
}

/**
 * The filters that Okta can be told of. What comes from an expression may be something else for the
 * next event: it counts as not set here, and stays with n8n.
 */
export function readFixedFilters(context: NodeContext): Pick<Filters, 'outcomes' | 'users'> {
	const readFixed = (name: string) => {
		const raw = readRaw(context, name);
		return isExpression(raw) ? '' : toText(context, name, raw);
	};
	return { outcomes: toOutcomes(readFixed('outcomes')), users: splitList(readFixed('users')) };
}

/**
 * The condition by which Okta holds back what the filters would drop, if 'Filter in Okta' is on.
 *
 * @returns undefined where Okta shall send everything
 * @throws where that option's expression fails
 */
export function chooseOktaCondition(context: NodeContext): string | undefined {
	if (readText(context, 'options.filterInOkta') !== 'true') return undefined;
	return toOktaCondition(readFixedFilters(context));
}
