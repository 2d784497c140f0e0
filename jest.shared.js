const swc = [
	'@swc/jest',
	{ jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
];

/** Shared by all test suites: compiles TypeScript without checking types (see `npm run typecheck`). */
exports.transforms = {
	// These packages are ESM-only, which Jest only supports behind a Node.js flag.
	transform: { '^.+\\.ts$': swc, '/node_modules/(jose|github-slugger)/.+\\.js$': swc },
	transformIgnorePatterns: ['/node_modules/(?!(jose|github-slugger)/)'],
};

/**
 * A suite with a real n8n. Its `setup.ts` runs once before all tests.
 *
 * @param {{ rootDir: string, testTimeout: number }} suite testTimeout in ms. It can be generous enough for busy
 * machines, because every wait in a test has its own deadline.
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
	// Each file runs its own n8n.
	maxWorkers: 1,
});
