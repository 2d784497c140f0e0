import { FACTORS } from './factors';
import { OUTCOMES } from './outcomes';
import { OTHER_FACTORS } from './parameters';

const NAMES = [...OUTCOMES, ...FACTORS].map(({ name, value }) => [value, name]);

/**
 * An n8n expression for the text below a node's name in the workflow: its filters, e.g. "Failure ·
 * Okta Verify Push". It holds no two braces in a row, which would end it.
 *
 * @see https://docs.n8n.io/integrations/creating-nodes/build/reference/node-base-files/standard-parameters/
 */
export const filtersSubtitle = `={{ [].concat($parameter["outcomes"], $parameter["factors"]).filter((value) => value !== "${OTHER_FACTORS}").map((value) => (${JSON.stringify(NAMES)}.find(([known]) => known === value) || [value, value])[1]).concat(($parameter["factors"] || []).includes("${OTHER_FACTORS}") ? $parameter["otherFactors"] || "Other" : [], $parameter["ignorePasswordVerifications"] ? "no passwords" : [], $parameter["users"] || []).join(" · ") || "Every event" }}`;
