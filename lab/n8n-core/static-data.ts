import type { IDataObject } from 'n8n-workflow';

/** A copy as it would come back from n8n's database. */
export function copyOf<T>(data: T): T {
	return JSON.parse(JSON.stringify(data)) as T;
}

/** A node's data in its workflow's static data. */
export function nodeDataOf(staticData: IDataObject, nodeName: string): IDataObject {
	return (staticData[`node:${nodeName}`] ?? {}) as IDataObject;
}

/** The static data of a workflow in which only this node has data. */
export function withNodeData(nodeName: string, data: IDataObject): IDataObject {
	return { [`node:${nodeName}`]: data };
}
