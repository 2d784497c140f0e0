const swc = [
	'@swc/jest',
	{ jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
];

/** What all test suites have in common: TypeScript, without a type check (`npm run typecheck`). */
exports.transforms = {
	// These come as ES modules only, and jest requires those only behind a flag of Node's.
	transform: { '^.+\\.ts$': swc, '/node_modules/(jose|github-slugger)/.+\\.js$': swc },
	transformIgnorePatterns: ['/node_modules/(?!(jose|github-slugger)/)'],
};

/**
 * A suite with a real n8n: its `setup.ts` runs once before all.
 *
 * @param {{ rootDir: string, testTimeout: number }} suite testTimeout in ms: generous, for busy
 * machines, because every wait inside has a deadline of its own
 * @returns {import('jest').Config}
 */
exports.realN8n = ({ rootDir, testTimeout }) => ({
	rootDir,
	testEnvironment: 'node',
	testMatch: ['<rootDir>/*.test.ts'],
	...exports.transforms,
	globalSetup: '<rootDir>/setup.ts',
	globalTeardown: '<rootDir>/../../lab/n8n/remove-package.ts',
	testTimeout,
	// Each file runs an n8n of its own.
	maxWorkers: 1,
});
