/** The scanner has no types of its own. */
declare module '@n8n/scan-community-package/scanner/scanner.mjs' {
	/** What a package's source is scanned for, as glob patterns. */
	export const SOURCE_FILE_PATTERNS: string[];

	/** Applies n8n's rules to a folder; `details` is a list for people. */
	export function analyzePackage(
		folder: string,
		filePatterns: string[],
	): Promise<{ passed: boolean; message?: string; details?: string }>;
}
