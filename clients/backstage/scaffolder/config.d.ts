export interface Config {
  vpceGuard?: {
    /** Where the service is, as https://guard.example.org. */
    url: string;
    /**
     * The key or token that the scaffolder asks with; it needs the scope decide.
     * @visibility secret
     */
    token?: string;
  };
}
