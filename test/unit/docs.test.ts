import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import GithubSlugger from 'github-slugger';

import { EVENT_CARD_KEYS } from '../shared/eventCardKeys';

const ROOT = join(__dirname, '../..');

function read(path: string): string {
	return readFileSync(join(ROOT, path), 'utf8');
}

const readme = read('README.md');

/** The text under a heading of the README. */
function section(heading: string): string {
	const [, text = ''] = readme.split(`\n## ${heading}\n`);
	return text.split('\n## ')[0];
}

/** The cells of all tables in a text, without their heads. */
function rowsOf(text: string): string[][] {
	return text
		.split('\n\n')
		.filter((block) => block.startsWith('|'))
		.flatMap((table) => table.split('\n').slice(2))
		.map((row) => row.split('|').slice(1, -1))
		.map((cells) => cells.map((cell) => cell.trim()));
}

/** All that nodes and credentials can say. */
const sources = ['nodes', 'credentials']
	.flatMap((folder) =>
		readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
			.filter((path) => path.endsWith('.ts'))
			.map((path) => read(join(folder, path))),
	)
	.join('\n')
	// What is filled in.
	.replaceAll(/\$\{[^}]*\}/g, '…');

describe('The README', () => {
	it('explains messages that the nodes give in these words', () => {
		const messages = rowsOf(section('When something goes wrong'))
			.map(([message]) => message)
			.filter((message) => /^[A-Z]/.test(message))
			.flatMap((message) => message.replace(/ \([^)]*\)$/, '').split('; '));
		expect(messages.length).toBeGreaterThan(12);
		const unknown = messages.filter((message) =>
			message.split(/\s?…\s?/).some((part) => !sources.includes(part)),
		);
		expect(unknown).toEqual([]);
	});

	it('lists each example', () => {
		const listed = rowsOf(section('Examples')).map(([link]) => /\((.*)\)/.exec(link)?.[1]);
		expect(listed.sort()).toEqual(
			readdirSync(join(ROOT, 'examples'))
				.map((file) => `examples/${file}`)
				.sort(),
		);
	});

	it('describes each field of the output', () => {
		const fields = rowsOf(section('Output')).map(([field]) => field.replaceAll('`', ''));
		expect(fields).toEqual(EVENT_CARD_KEYS);
	});
});

describe('README.md and CONTRIBUTING.md', () => {
	const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

	it.each(['README.md', 'CONTRIBUTING.md'])('%s names only scripts that there are', (file) => {
		const named = [...read(file).matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script);
		expect(named.filter((script) => !(script in scripts))).toEqual([]);
	});

	it('name every script', () => {
		const text = read('README.md') + read('CONTRIBUTING.md');
		const isNamed = (script: string) => text.includes(`npm run ${script}`) || script === 'test';
		expect(Object.keys(scripts).filter((script) => !isNamed(script))).toEqual([]);
	});
});

describe('Links inside the repository', () => {
	const FOLDERS = ['.', '.github', 'docs', 'lab/okta-org'];
	const documents = FOLDERS.flatMap((folder) =>
		readdirSync(join(ROOT, folder))
			.filter((file) => file.endsWith('.md'))
			.map((file) => join(folder, file)),
	);

	/** The anchors that GitHub makes of a document's headings. */
	function anchorsOf(path: string): string[] {
		const slugger = new GithubSlugger();
		return [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => slugger.slug(heading));
	}

	it.each(documents)('of %s lead somewhere', (document) => {
		const links = [...read(document).matchAll(/\]\(([^)\s]+)\)/g)]
			.map(([, link]) => link)
			.filter((link) => !/^[a-z]+:/.test(link));
		const broken = links.filter((link) => {
			const [path, anchor] = link.split('#');
			const target = path === '' ? document : join(dirname(document), path);
			if (!existsSync(join(ROOT, target))) return true;
			return anchor !== undefined && !anchorsOf(target).includes(anchor);
		});
		expect(broken).toEqual([]);
	});
});
