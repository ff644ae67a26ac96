/**
 * The server's structs under one roof: everything else imports the wire's types from here.
 */
export type * from './types.gen';
