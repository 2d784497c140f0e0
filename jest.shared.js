/** What all test suites have in common: TypeScript, without a type check (`npm run typecheck`). */
exports.transform = {
	'^.+\\.ts$': [
		'@swc/jest',
		{ jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
	],
};
