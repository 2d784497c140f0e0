/** The scanner doesn't come with types. */
declare module '@n8n/scan-community-package/scanner/scanner.mjs' {
	/** Glob patterns for the source files that are scanned. */
	export const SOURCE_FILE_PATTERNS: string[];

	/** Applies n8n's rules to a folder. `details` is a human-readable list. */
	export function analyzePackage(
		folder: string,
		filePatterns: string[],
	): Promise<{ passed: boolean; message?: string; details?: string }>;
}
