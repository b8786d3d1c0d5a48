/** Makes a temporary directory; whoever asked removes it. */
export function temporaryDirectory(): string;

/** Packs what was built; answers the tarball's path and the files in it. */
export function pack(directory: string): { tarball: string; files: string[] };

/** Installs a tarball, and what else is named, in an empty folder; answers the folder. */
export function install(tarball: string, directory: string, packages?: readonly string[]): string;
