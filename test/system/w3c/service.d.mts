import type { Server } from 'node:http';

export declare function startService(port?: number): Promise<Server>;
