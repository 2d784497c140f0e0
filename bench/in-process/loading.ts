import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Steps } from '../../lab/process/steps';
import manifest from '../../package.json';
import { formatRounds, printTable } from '../shared/report';

const ROOT = join(__dirname, '../..');
const STARTS = 15;

/** What n8n does with a package when it starts, in a process that has already loaded n8n-workflow. */
const SCRIPT = `
require('n8n-workflow');
const begin = performance.now();
for (const file of process.argv.slice(1)) {
	for (const Type of Object.values(require(file))) new Type();
}
console.log(performance.now() - begin);
`;

async function timeLoading(files: string[]): Promise<number> {
	const { stdout } = await promisify(execFile)(process.execPath, ['-e', SCRIPT, ...files], {
		cwd: ROOT,
	});
	return Number(stdout);
}

/** Measures how long it takes to load the nodes and credentials as they're shipped. */
export async function measureLoading(steps: Steps): Promise<void> {
	const { nodes, credentials } = manifest.n8n;
	const instant = nodes.filter((path) => path.includes('OktaUserMfaTrigger'));
	const oAuth2 = credentials.filter((path) => path.includes('OAuth2'));
	const loads: Array<[string, string[]]> = [
		['Okta User MFA Trigger and OAuth credential', [...instant, ...oAuth2]],
		['the whole package', [...nodes, ...credentials]],
	];
	const rows: string[][] = [];
	for (const [what, paths] of loads) {
		const files = paths.map((path) => join(ROOT, path));
		const times: number[] = [];
		await steps.run(`Loading ${what}`, async () => {
			for (let start = 0; start < STARTS; start += 1) times.push(await timeLoading(files));
		});
		rows.push([what, formatRounds(times)]);
	}
	printTable(`Loading, in ms, median of ${STARTS} starts (least–most)`, ['what', 'ms'], rows);
}
