/** The client SDK of Chat Server. */
export {};
