import { SignIn } from "./sign-in";

export default async function Page({ searchParams }: { searchParams: Promise<{ to?: string }> }) {
  // Only a page of this app: a link from elsewhere must not lead away after the log-in.
  const to = (await searchParams).to === "/notes" ? "/notes" : "/account";
  return (
    <main>
      <h1>Notes</h1>
      <SignIn to={to} />
    </main>
  );
}
