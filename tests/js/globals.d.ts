/** The one global of the page: every script adds its part, and parts are looked up when they are called. */
declare var perform: any;
