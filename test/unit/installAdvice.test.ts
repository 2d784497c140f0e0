import { installAdvice } from '../../lab/n8n/install-advice';

const TOOLS =
	/^Python, make, or a C\+\+ compiler is missing\..* apt-get install python3 make g\+\+\.$/;
const HEADERS = /^The Node\.js headers, .* couldn't be downloaded\. .*proxy.*npm_config_nodedir/;
const COMPILATION = /^sqlite3 couldn't be compiled\. Fix the error in the lines above/;
const REGISTRY = /^npm couldn't reach its registry\./;

/** What npm 11 prints when sqlite3's install script fails; addresses are removed as in `npm.ts`. */
function rebuild(...nodeGyp: string[]): string {
	return asNpmError(
		'code 1',
		'path /cache/n8n/node_modules/sqlite3',
		'command failed',
		'command sh -c prebuild-install -r napi || node-gyp rebuild',
		'prebuild-install warn install connect ECONNREFUSED <address>',
		...nodeGyp,
		'gyp ERR! cwd /cache/n8n/node_modules/sqlite3',
		'gyp ERR! node -v v24.21.0',
		'gyp ERR! not ok',
	);
}

function asNpmError(...lines: string[]): string {
	return lines.map((line) => `npm error ${line}\n`).join('');
}

const PYTHON_FOUND = [
	'gyp info it worked if it ends with ok',
	'gyp info using node-gyp@8.4.1',
	'gyp info find Python using Python version 3.11.2 found at "/usr/bin/python3"',
];

const PYTHON_NOT_FOUND = [
	'gyp info using node-gyp@8.4.1',
	'gyp ERR! find Python ',
	'gyp ERR! find Python Python is not set from environment variable PYTHON',
	'gyp ERR! find Python checking if "python3" can be used',
	'gyp ERR! find Python - "python3" is not in PATH or produced an error',
	'gyp ERR! find Python You need to install the latest version of Python.',
	'gyp ERR! configure error ',
	'gyp ERR! stack Error: Could not find any Python installation to use',
];

function compiled(...result: string[]): string {
	return rebuild(
		...PYTHON_FOUND,
		'gyp http GET <address>',
		'gyp http 200 <address>',
		'gyp info spawn /usr/bin/python3',
		'gyp info spawn make',
		"gyp info spawn args [ 'BUILDTYPE=Release', '-C', 'build' ]",
		...result,
	);
}

const makeFailed = (...lines: string[]) =>
	compiled(
		...lines,
		'gyp ERR! build error ',
		'gyp ERR! stack Error: `make` failed with exit code: 2',
	);

function withoutNodeHeaders(...result: string[]): string {
	return rebuild(
		...PYTHON_FOUND,
		'gyp http GET <address>',
		...result.slice(0, -1),
		'gyp WARN install got an error, rolling back install',
		'gyp ERR! configure error ',
		`gyp ERR! stack ${result.at(-1)}`,
	);
}

const fetchError = (reason: string) => `FetchError: request to <address> failed, reason: ${reason}`;

const missingTools: Array<[what: string, output: string]> = [
	['Python', rebuild(...PYTHON_NOT_FOUND)],
	['make', compiled('gyp ERR! build error ', 'gyp ERR! stack Error: not found: make')],
	['the C compiler', makeFailed('make: cc: No such file or directory')],
	['the C++ compiler', makeFailed('make: g++: No such file or directory')],
	['the C++ compiler (an older make)', makeFailed('make: g++: Command not found')],
	['the C++ compiler (a shell)', makeFailed('/bin/sh: 1: g++: not found')],
	[
		"gcc's part for C++",
		makeFailed("gcc: fatal error: cannot execute 'cc1plus': execvp: No such file or directory"),
	],
];

const withoutHeaders: Array<[why: string, output: string]> = [
	['there is no response', withoutNodeHeaders(fetchError('connect ECONNREFUSED <address>'))],
	[
		'there is no response (node-gyp 12)',
		withoutNodeHeaders('Error: connect ECONNREFUSED <address>'),
	],
	['the connection is cut', withoutNodeHeaders(fetchError('socket hang up'))],
	['the connection is cut (node-gyp 12)', withoutNodeHeaders('SocketError: other side closed')],
	[
		'the certificate is not trusted',
		withoutNodeHeaders('Error: self-signed certificate; if the root'),
	],
	[
		'the response is 403',
		withoutNodeHeaders('gyp http 403 <address>', 'Error: 403 response downloading'),
	],
	[
		'the response is 404',
		withoutNodeHeaders('gyp http 404 <address>', 'Error: 404 response downloading'),
	],
	[
		"a network's login page responds",
		withoutNodeHeaders(
			'gyp http 200 <address>',
			'Error: TAR_BAD_ARCHIVE: Unrecognized archive format',
		),
	],
	[
		'the proxy rejects the request',
		rebuild(
			...PYTHON_FOUND,
			'gyp http GET <address>',
			'gyp ERR! Completion callback never invoked! ',
		),
	],
	[
		'the hostname is unknown',
		withoutNodeHeaders(
			'Error: This is most likely not a problem with node-gyp or the package itself and\n' +
				'npm error gyp ERR! stack is related to network connectivity. In most cases you are behind',
		),
	],
];

const withoutHeadersQuietly: Array<[why: string, stack: string]> = [
	['there is no response', fetchError('connect ECONNREFUSED <address>')],
	['there is no response (node-gyp 12)', 'Error: connect ECONNREFUSED <address>'],
	['the response is 403', 'Error: 403 response downloading <address>'],
	['their checksum is rejected', 'Error: 403  status code downloading checksum'],
	['the hostname is unknown', 'is related to network connectivity. In most cases you are'],
];

const otherFaults: Array<[what: string, output: string]> = [
	[
		'an error in the code',
		makeFailed(
			"../src/database.cc:752:1: error: expected unqualified-id before 'this'",
			'make: *** [node_sqlite3.target.mk:135: Release/obj.target/database.o] Error 1',
		),
	],
	[
		'a file of the code that is missing',
		makeFailed('cc1plus: fatal error: ../src/database.cc: No such file or directory'),
	],
	[
		'a Python that node-gyp cannot use',
		rebuild(
			...PYTHON_FOUND,
			'gyp info spawn /usr/bin/python3',
			"ModuleNotFoundError: No module named 'distutils'",
			'gyp ERR! configure error ',
			'gyp ERR! stack Error: `gyp` failed with exit code: 1',
		),
	],
	[
		'a folder for the headers that cannot be made',
		rebuild(
			...PYTHON_FOUND,
			'gyp ERR! configure error ',
			"gyp ERR! stack Error: ENOTDIR: not a directory, stat '/dev/null/24.21.0'",
		),
	],
];

const fetching: Array<[what: string, output: string, says: RegExp]> = [
	[
		"the registry's hostname is unknown",
		asNpmError('code ENOTFOUND', 'syscall getaddrinfo', 'network request to <address> failed'),
		REGISTRY,
	],
	[
		"the registry doesn't respond",
		asNpmError('code ECONNREFUSED', fetchError('connect ECONNREFUSED <address>')),
		REGISTRY,
	],
	['the registry denies access', asNpmError('code E403'), /^The registry denied access\./],
	['the version does not exist', asNpmError('code ETARGET'), /Check that it has n8n 2\.41\.1/],
	['the disk is full', asNpmError('code ENOSPC'), /^The disk is full\./],
	['the cause is unknown', asNpmError('code 1'), /^Run the command again/],
];

const advice = (output: string) => installAdvice('2.41.1', output);

describe('Advice after a failed installation of n8n', () => {
	it.each(missingTools)('names the tools to install if %s is missing', (_, output) => {
		expect(advice(output)).toMatch(TOOLS);
	});

	it.each(withoutHeaders)(
		"says that the Node.js headers couldn't be downloaded if %s",
		(_, output) => {
			expect(advice(output)).toMatch(HEADERS);
		},
	);

	it.each(withoutHeadersQuietly)(
		"says that the Node.js headers couldn't be downloaded if npm only logs errors and %s",
		(_, stack) => {
			const output = rebuild('gyp ERR! configure error ', `gyp ERR! stack ${stack}`);
			expect(advice(output)).toMatch(HEADERS);
		},
	);

	it.each(otherFaults)("doesn't blame missing tools or the network for %s", (_, output) => {
		expect(advice(output)).toMatch(COMPILATION);
	});

	it("says that the disk is full if that's why the headers couldn't be saved", () => {
		const output = withoutNodeHeaders(
			'gyp http 200 <address>',
			'Error: ENOSPC: no space left on device, write',
		);
		expect(advice(output)).toMatch(/^The disk is full\./);
	});

	it.each(fetching)('is about fetching packages if %s', (_, output, says) => {
		expect(advice(output)).toMatch(says);
	});
});
