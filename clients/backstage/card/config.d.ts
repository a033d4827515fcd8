export interface Config {
  vpceGuard?: {
    /**
     * Where people find the console, as https://guard.example.org. Without it the card has no links to it.
     * @visibility frontend
     */
    consoleUrl?: string;
  };
}
