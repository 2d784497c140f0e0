import type { IDataObject } from 'n8n-workflow';

/** As it comes back from n8n's database. */
export function copyOf<T>(data: T): T {
	return JSON.parse(JSON.stringify(data)) as T;
}

/** The data of a node in a workflow's static data. */
export function nodeDataOf(staticData: IDataObject, nodeName: string): IDataObject {
	return (staticData[`node:${nodeName}`] ?? {}) as IDataObject;
}

/** A workflow's static data, if only this node has any. */
export function withNodeData(nodeName: string, data: IDataObject): IDataObject {
	return { [`node:${nodeName}`]: data };
}
