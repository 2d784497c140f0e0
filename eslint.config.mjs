import { config } from '@n8n/node-cli/eslint';

const SHARED = './nodes/shared';

/** The folders that files in a folder must not import from. The arrows in docs/architecture.md point one way. */
const FORBIDDEN_IMPORTS = {
	[`${SHARED}/*.ts`]: ['oktaEvent', 'systemLog', 'eventHooks', 'userMfa'].map(inShared),
	[`${SHARED}/events`]: ['oktaEvent', 'systemLog', 'eventHooks', 'userMfa'].map(inShared),
	[`${SHARED}/okta`]: ['oktaEvent', 'systemLog', 'eventHooks', 'userMfa'].map(inShared),
	[`${SHARED}/okta/*.ts`]: ['okta/serviceApp'].map(inShared),
	[`${SHARED}/oktaEvent`]: ['systemLog', 'eventHooks', 'userMfa'].map(inShared),
	[`${SHARED}/userMfa`]: ['systemLog', 'eventHooks'].map(inShared),
	[`${SHARED}/systemLog`]: ['eventHooks', 'userMfa'].map(inShared),
	[`${SHARED}/eventHooks`]: ['userMfa'].map(inShared),
	'./nodes': ['./lab', './test', './scripts', './bench'],
	'./credentials': ['./lab', './test', './scripts', './bench'],
	'./lab': ['./test', './scripts', './bench'],
	'./scripts': ['./test', './bench'],
	'./bench': ['./test', './scripts'],
	'./test': ['./scripts', './bench'],
};

function inShared(folder) {
	return `${SHARED}/${folder}`;
}

export default [
	...config,
	{
		// n8n's reviewers ignore inline disables.
		files: ['nodes/**', 'credentials/**'],
		linterOptions: { noInlineConfig: true },
	},
	{
		files: ['**/*.ts'],
		// Without the parser, `no-cycle` sees no imports in TypeScript.
		settings: { 'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] } },
		rules: {
			'import-x/no-cycle': 'error',
			'import-x/no-restricted-paths': [
				'error',
				{
					zones: Object.entries(FORBIDDEN_IMPORTS).map(([target, from]) => ({ target, from })),
				},
			],
		},
	},
	{
		// These run in Node.js, not in n8n, so they can use Node.js globals and any development package.
		files: ['lab/**', 'test/**', 'scripts/**', 'bench/**'],
		rules: {
			'@n8n/community-nodes/no-dangerous-functions': 'off',
			'@n8n/community-nodes/no-hardcoded-secrets': 'off',
			'@n8n/community-nodes/no-restricted-globals': 'off',
			'@n8n/community-nodes/no-restricted-imports': 'off',
			'@n8n/community-nodes/require-node-api-error': 'off',
			'no-console': 'off',
		},
	},
];
