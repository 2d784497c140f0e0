import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';

import GithubSlugger from 'github-slugger';
import ts from 'typescript';

import { EVENT_CARD_KEYS } from '../../lab/fixtures/event-card-keys';

const ROOT = join(__dirname, '../..');

function read(path: string): string {
	return readFileSync(join(ROOT, path), 'utf8');
}

/** All files and folders of the repository, except installed and built ones. */
const paths = readdirSync(ROOT, { withFileTypes: true })
	.filter(({ name }) => !['.git', 'node_modules', 'dist', 'coverage'].includes(name))
	.flatMap((entry) => {
		if (!entry.isDirectory()) return [entry.name];
		const inside = readdirSync(join(ROOT, entry.name), { recursive: true, encoding: 'utf8' });
		return [entry.name, ...inside.map((path) => join(entry.name, path))];
	});

const DOCUMENTED = ['docs', 'lab/okta-org'];

const documents = paths.filter(
	(path) =>
		path.endsWith('.md') &&
		(['.', '.github'].includes(dirname(path)) || DOCUMENTED.includes(dirname(path))),
);

const {
	name: PACKAGE,
	version,
	scripts,
} = JSON.parse(read('package.json')) as {
	name: string;
	version: string;
	scripts: Record<string, string>;
};

/** The text under a heading of a document. */
function section(document: string, heading: string): string {
	const [, text = ''] = read(document).split(`\n## ${heading}\n`);
	return text.split('\n## ')[0];
}

/** The cells of all tables in a text, without their header rows. */
function rowsOf(text: string): string[][] {
	return text
		.split('\n\n')
		.map((block) => block.trim())
		.filter((block) => block.startsWith('|'))
		.flatMap((table) => table.split('\n').slice(2))
		.map((row) => row.split('|').slice(1, -1))
		.map((cells) => cells.map((cell) => cell.trim()));
}

/** The contents of a source file, without its comments. */
interface Source {
	identifiers: string[];
	/** Its strings and templates, with … for interpolated values. */
	texts: string[];
	/** The values of its `displayName` properties. */
	displayNames: string[];
}

/** The possible values of a string, a template, a conditional, or a constant. */
function textsOf(node: ts.Node, constants: ReadonlyMap<string, ts.Expression>): string[] {
	if (ts.isStringLiteralLike(node)) return [node.text];
	if (ts.isIdentifier(node)) {
		const value = constants.get(node.text);
		return value === undefined || !ts.isConditionalExpression(value)
			? []
			: textsOf(value, constants);
	}
	if (ts.isConditionalExpression(node)) {
		return [node.whenTrue, node.whenFalse].flatMap((side) => textsOf(side, constants));
	}
	if (!ts.isTemplateExpression(node)) return [];
	return node.templateSpans.reduce(
		(prefixes, { expression, literal }) =>
			['…', ...textsOf(expression, constants)].flatMap((filledIn) =>
				prefixes.map((prefix) => prefix + filledIn + literal.text),
			),
		[node.head.text],
	);
}

function parse(path: string): Source {
	const source: Source = { identifiers: [], texts: [], displayNames: [] };
	const constants = new Map<string, ts.Expression>();
	const visit = (node: ts.Node): void => {
		if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer) {
			constants.set(node.name.text, node.initializer);
		}
		if (ts.isIdentifier(node)) source.identifiers.push(node.text);
		else if (ts.isRegularExpressionLiteral(node)) source.texts.push(node.text);
		else if (!ts.isConditionalExpression(node)) source.texts.push(...textsOf(node, constants));
		if (ts.isPropertyAssignment(node) && node.name.getText() === 'displayName') {
			source.displayNames.push(...textsOf(node.initializer, constants));
		}
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true));
	return source;
}

const isCode = (path: string) => /\.([cm]?js|ts)$/.test(path);

const sources = new Map(
	paths
		// The names that this file allows don't count as existing.
		.filter((path) => isCode(path) && basename(path) !== basename(__filename))
		.map((path) => [path, parse(path)]),
);

/** The sources with texts for users: nodes and credentials. */
const shown = [...sources].filter(([path]) => /^(nodes|credentials)\//.test(path));

const normalize = (text: string): string => text.trim().replace(/[.:]$/, '');

describe('Messages in the documentation', () => {
	/** Each message of the code, and each of its sentences. */
	const known = new Set(
		shown
			.flatMap(([, { texts }]) => texts)
			.flatMap((text) => [text, ...text.split(/(?<=[.!?])(?<!e\.g\.) |: /)])
			.map(normalize),
	);

	/** Messages are in the first column. Other text there is in italics. */
	const messagesIn = (text: string) =>
		rowsOf(text)
			.flatMap(([cell]) => cell.split('<br>'))
			.filter((cell) => !/^\*.*\*$/.test(cell))
			.map(normalize);

	it.each([
		['README.md', section('README.md', 'Troubleshooting'), 5],
		['docs/troubleshooting.md', read('docs/troubleshooting.md'), 40],
	])('of %s match the code word for word', (_document, text, atLeast) => {
		const messages = messagesIn(text);
		expect(messages.length).toBeGreaterThanOrEqual(atLeast);
		expect(messages.filter((message) => !known.has(message))).toEqual([]);
	});
});

describe('README.md', () => {
	it('has at most 1,500 words', () => {
		expect(read('README.md').trim().split(/\s+/).length).toBeLessThanOrEqual(1500);
	});

	it.each(['README.md', 'docs/examples.md'])('and its pages list each example: %s', (document) => {
		const text = document === 'README.md' ? section(document, 'Examples') : read(document);
		const listed = rowsOf(text).map(([link]) => basename(/\((.*)\)/.exec(link)?.[1] ?? ''));
		expect(listed.sort()).toEqual(readdirSync(join(ROOT, 'examples')).sort());
	});
});

describe('The docs folder', () => {
	it('describes each field of the output', () => {
		const fields = rowsOf(section('docs/output.md', 'Event Card')).map(([field]) =>
			field.replaceAll('`', ''),
		);
		expect(fields).toEqual(EVENT_CARD_KEYS);
	});

	it('has an index of all its pages', () => {
		const linked = [...read('docs/README.md').matchAll(/\]\(([\w-]+\.md)\)/g)].map(
			([, page]) => page,
		);
		const pages = readdirSync(join(ROOT, 'docs')).filter((file) => file.endsWith('.md'));
		expect(linked.sort()).toEqual(pages.filter((page) => page !== 'README.md').sort());
	});

	it.each([
		['README.md', section('README.md', 'Filters')],
		['docs/filters.md', read('docs/filters.md')],
		['docs/event-hook.md', section('docs/event-hook.md', 'Options')],
	])('and the README name fields as in the panel: %s', (_document, text) => {
		const displayNames = shown.flatMap(([, source]) => source.displayNames);
		const named = rowsOf(text)
			.flatMap((cells) => cells.flatMap((cell) => [...cell.matchAll(/\*\*(.+?)\*\*/g)]))
			.flatMap(([, name]) => name.split(' > '))
			.filter((name) => name !== 'Options');
		expect(named.length).toBeGreaterThan(3);
		expect(named.filter((name) => !displayNames.includes(name))).toEqual([]);
	});
});

describe('README.md and CONTRIBUTING.md', () => {
	it('name every script', () => {
		const text = read('README.md') + read('CONTRIBUTING.md');
		const isNamed = (script: string) => text.includes(`npm run ${script}`) || script === 'test';
		expect(Object.keys(scripts).filter((script) => !isNamed(script))).toEqual([]);
	});
});

describe('Links inside the repository', () => {
	/** The anchors that GitHub creates for a document's headings. */
	function anchorsOf(path: string): string[] {
		const slugger = new GithubSlugger();
		return [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => slugger.slug(heading));
	}

	function isBroken(document: string, link: string): boolean {
		const [path, anchor] = link.split('#');
		const target = path === '' ? document : join(dirname(document), path);
		if (!existsSync(join(ROOT, target))) return true;
		return anchor !== undefined && !anchorsOf(target).includes(anchor);
	}

	it.each(documents)('of %s have a target', (document) => {
		const links = [...read(document).matchAll(/\]\(([^)\s]+)\)|\b(?:src|srcset)="([^"]+)"/g)]
			.map(([, link, image]) => link ?? image)
			.filter((link) => !/^[a-z]+:/.test(link));
		expect(links.filter((link) => isBroken(document, link))).toEqual([]);
	});

	it('exist for the URLs in nodes and credentials', () => {
		const home = new RegExp(
			`^https://github\\.com/${PACKAGE}/${PACKAGE}(?:/blob/HEAD/(.+)|#(.+))$`,
		);
		const urls = [
			...shown.flatMap(([, { texts }]) => texts),
			...paths
				.filter((path) => path.endsWith('.node.json'))
				.flatMap((path) => read(path).split('"')),
		];
		const links = urls.flatMap((url) => {
			const [, page, anchor] = home.exec(url) ?? [];
			if (page !== undefined) return [page];
			return anchor === undefined || anchor === 'readme' ? [] : [`README.md#${anchor}`];
		});
		expect(links.length).toBeGreaterThan(3);
		expect(links.filter((link) => isBroken('README.md', link))).toEqual([]);
	});
});

/** Names that aren't in the code, because they belong to someone else. Each is in a document. */
const FOREIGN: Record<string, string[]> = {
	"Okta's": [
		'signed_nonce',
		'suspiciousActivityEventIp',
		'ThreatSuspected',
		'user.authentication.verify',
	],
	"Java's": ['HashSet'],
	"Commands' and their options": ['docker', 'grep', 'npx', 'omit'],
};

describe('Names, paths, commands, and settings in the documentation', () => {
	const others = paths.filter(
		(path) => /\.(json|jsonl|yml)$|^\.ci\/./.test(path) && path !== 'package-lock.json',
	);
	const text = [
		...[...sources.values()].flatMap(({ identifiers, texts }) => [...identifiers, ...texts]),
		...others.map(read),
	].join('\n');
	const identifiers = new Set([...sources.values()].flatMap((source) => source.identifiers));
	const words = new Set(text.match(/[\w$]+/g));
	const foreign = new Set(Object.values(FOREIGN).flat());
	const used = new Set<string>();

	const isForeign = (name: string) => {
		if (foreign.has(name)) used.add(name);
		return foreign.has(name);
	};

	const PATH = /^[\w.*-]+(\/[\w.*-]+)+\/?$|^[\w.*-]+\.(cjs|js|json|jsonl|md|png|tgz|ts|yml)$/;

	/** Accepts paths relative to the root or any other folder. */
	function exists(path: string): boolean {
		const escaped = path.replace(/^(\.\.?\/)+|\/$/g, '').replace(/[.+?^${}()|[\]\\]/g, '\\$&');
		const pattern = new RegExp(`(^|/)${escaped.replaceAll('*', '[^/]*')}$`);
		return paths.some((known) => pattern.test(known));
	}

	/** Event types, scopes, and similar names, which only count as a whole. */
	const DOTTED = /^(app|device|group|okta|policy|security|system|user)(\.\w+){2,}$/;

	function unknownIn(token: string): string[] {
		if (PATH.test(token)) {
			const isBuilt = basename(token) === `${PACKAGE}-${version}.tgz`;
			const isAddress = extname(token) === '' && text.includes(token);
			return exists(token) || isBuilt || isAddress ? [] : [token];
		}
		const bare = token.replace(/^[^\w$]+|[^\w$]+$/g, '');
		if (DOTTED.test(bare)) return text.includes(bare) || isForeign(bare) ? [] : [bare];
		const [, called] = /^([\w$]+)\(\)$/.exec(token) ?? [];
		if (called !== undefined) return identifiers.has(called) ? [] : [token];
		const parts = bare.match(/[A-Za-z_$][\w$]+/g) ?? [];
		return parts.filter((part) => !words.has(part) && !isForeign(part));
	}

	/** The names in a document's code that don't exist. */
	function unknownNames(code: string): string[] {
		const run = [...code.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script);
		const tokens = code.split(/\s+/).filter((token) => !run.includes(token));
		return [...run.filter((script) => !(script in scripts)), ...tokens.flatMap(unknownIn)];
	}

	/** The code in a document: spans, commands, and TypeScript without its comments. */
	function codeIn(document: string): string[] {
		const blocks: string[] = [];
		const prose = read(document).replace(
			/^ *```(\w*)\n([^]*?)^ *```$/gm,
			(_block, language: string, code: string) => {
				if (language !== 'mermaid') blocks.push(code.replace(/(^| )(#|\/\/) .*$/gm, ''));
				return '';
			},
		);
		return [...blocks, ...[...prose.matchAll(/`([^`]+)`/g)].map(([, span]) => span)];
	}

	it.each(documents)('of %s exist', (document) => {
		expect(codeIn(document).flatMap(unknownNames)).toEqual([]);
	});

	it('are in the list of foreign names only if a document uses them and the code does not', () => {
		documents.flatMap(codeIn).forEach(unknownNames);
		expect([...foreign].filter((name) => !used.has(name))).toEqual([]);
	});
});
