/** HTML that's safe to send. Use `html` to create it from values. */
export class SafeHtml {
	constructor(readonly text: string) {}

	toString(): string {
		return this.text;
	}
}

/** A template that escapes its values, except for values that are templates themselves. */
export function html(strings: TemplateStringsArray, ...values: unknown[]): SafeHtml {
	return new SafeHtml(strings.reduce((text, part, i) => text + render(values[i - 1]) + part));
}

function render(value: unknown): string {
	if (value instanceof SafeHtml) return value.text;
	if (Array.isArray(value)) return value.map(render).join('');
	return String(value ?? '')
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;')
		.replaceAll("'", '&#39;');
}

const STYLE = new SafeHtml(`
:root { color-scheme: light dark; --line: light-dark(#d7dbe0, #3a4048); --soft: light-dark(#5b6470, #a3acb8);
	--card: light-dark(#fff, #1d2127); --accent: light-dark(#1f5fbf, #8ab4f8); --good: light-dark(#17743a, #6fcf8f);
	--bad: light-dark(#b3261e, #f2998f); }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; background: light-dark(#f5f6f8, #14171b); }
main { max-width: 64rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 0 0 .75rem; }
p { margin: .5rem 0 1rem; } .soft { color: var(--soft); } code { font-size: .9em; overflow-wrap: anywhere; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; margin-top: 1.25rem; }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; }
button { font: inherit; padding: .5rem 1rem; border: 1px solid var(--line); border-radius: .5rem; background: transparent;
	color: inherit; cursor: pointer; }
button:hover { border-color: var(--accent); } button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
button.primary { background: var(--accent); border-color: var(--accent); color: light-dark(#fff, #10141a); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .75rem .4rem 0; border-top: 1px solid var(--line); vertical-align: top; }
th { border-top: 0; font-weight: 600; color: var(--soft); font-size: .875rem; }
.good { color: var(--good); } .bad { color: var(--bad); }
`);

/** A complete page in the org's plain style. */
export function htmlDocument(title: string, content: SafeHtml): string {
	return html`<!doctype html>
		<html lang="en">
			<head>
				<meta charset="utf-8" />
				<meta name="viewport" content="width=device-width, initial-scale=1" />
				<title>${title}</title>
				<style>
					${STYLE}
				</style>
			</head>
			<body>
				<main>${content}</main>
			</body>
		</html> `.text;
}
