/**
 * Sorts a hook's event types the way Okta returns them, whatever order they were sent in. The recordings
 * match the order of a Java `HashSet`.
 */
export function inOktaOrder(items: string[]): string[] {
	let buckets = 16;
	while (items.length > buckets * 0.75) buckets *= 2;
	return [...items].sort((a, b) => bucketOf(a, buckets) - bucketOf(b, buckets));
}

function bucketOf(text: string, buckets: number): number {
	let hash = 0;
	for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0;
	return (hash ^ (hash >>> 16)) & (buckets - 1);
}
