export declare function debian(program: string, packages: readonly string[]): Promise<string>;
export declare function python(packages: readonly string[], name?: string): Promise<string>;
