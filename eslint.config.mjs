import { config } from '@n8n/node-cli/eslint';

export default [
	...config,
	{
		// n8n's reviewers ignore inline disables.
		files: ['nodes/**', 'credentials/**'],
		linterOptions: { noInlineConfig: true },
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
