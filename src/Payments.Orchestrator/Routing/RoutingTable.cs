using System.Security.Cryptography;
using System.Text;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Orchestrator.Routing;

/// <summary>What a route is looked for.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Key">Draws the shares: payment and order.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Method">Only PSPs that have a credential in it are considered.</param>
/// <param name="SeveralOrders">A token that is good for one use is no route then.</param>
internal sealed record RouteQuestion(string OrderId, string Key, string Currency, PaymentMethod Method, bool SeveralOrders);

/// <summary>
/// Chooses connections by currency, country, method, share and health. Shares are drawn by a hash of the order, whatever
/// is healthy; health only moves connections to the end of what was drawn. So a change of health moves the orders of that
/// one connection, to the others by their shares, and back when it is well; all other orders stay where they are.
/// </summary>
internal sealed class RoutingTable
{
    public const string Any = "*";

    private readonly RoutingOptions _options;

    public RoutingTable(RoutingOptions options)
    {
        if (options.Rules.Count == 0)
            throw new DependencyMissingException("Routing:Rules is empty: no payment would find a connection.");
        foreach (var (connection, account) in options.Connections)
        {
            if (account.Psp.Length == 0)
                throw new DependencyMissingException($"Routing:Connections:{connection}:Psp is missing: whose tokens does it take?");
        }

        foreach (var (rule, index) in options.Rules.Select((rule, index) => (rule, index)))
            Validate($"Routing:Rules:{index}", rule, options);
        if (options.UnhealthySeconds is < 1 or > 3600)
            throw new DependencyMissingException($"Routing:UnhealthySeconds is {options.UnhealthySeconds}; it must be from 1 to 3600.");

        _options = options;
    }

    public IReadOnlyCollection<string> Connections => _options.Connections.Keys;

    /// <summary>The PSPs that the connections are accounts at.</summary>
    public IEnumerable<string> Psps => _options.Connections.Values.Select(c => c.Psp).Distinct();

    /// <summary>
    /// The PSP that a connection is an account at. Null where it has left the table: orders that went there before still
    /// wait for it, and are asked about and undone there.
    /// </summary>
    public string? PspOf(string connection) => _options.Connections.GetValueOrDefault(connection)?.Psp;

    /// <summary>The connection for an order that was tried nowhere.</summary>
    public RouteChoice First(RouteQuestion question, IReadOnlySet<string> unhealthy) =>
        Choose(question, RouteWords.FirstChoice, null, [], unhealthy);

    /// <summary>The connection after those that were tried, where the rule lets the cause go on.</summary>
    public RouteChoice Next(
        RouteQuestion question, string cause, string after, IReadOnlyList<string> tried, IReadOnlySet<string> unhealthy) =>
        Choose(question, cause, after, tried, unhealthy);

    private static void Validate(string path, RuleOptions rule, RoutingOptions options)
    {
        if (rule.Currency != Any && !Currency.TryParse(rule.Currency, null, out _))
            throw new DependencyMissingException($"{path}:Currency is '{rule.Currency}', which is no ISO 4217 code in capitals.");
        if (rule.Country != Any && !IsCountry(rule.Country))
            throw new DependencyMissingException($"{path}:Country is '{rule.Country}'; it takes two letters, such as DE.");
        if (rule.Method.Length == 0)
            throw new DependencyMissingException($"{path}:Method is empty; it takes a method's type, such as card.");
        if (rule.Shares.Count == 0)
            throw new DependencyMissingException($"{path}:Shares names no connection.");
        foreach (var (connection, share) in rule.Shares)
        {
            if (!options.Connections.ContainsKey(connection))
                throw new DependencyMissingException($"{path}:Shares names the connection '{connection}', which is not among Routing:Connections.");
            if (share < 0)
                throw new DependencyMissingException($"{path}:Shares gives '{connection}' {share}; a share is 0 or more.");
        }
    }

    private static bool IsCountry(string code) => code.Length == 2 && code.All(char.IsAsciiLetter);

    private RouteChoice Choose(
        RouteQuestion question, string cause, string? after, IReadOnlyList<string> tried, IReadOnlySet<string> unhealthy)
    {
        var choice = new RouteChoice { OrderId = question.OrderId, Cause = cause, After = after, Candidates = [] };
        var index = _options.Rules.FindIndex(rule => Matches(rule, question));
        if (index < 0)
            return choice with { NoneBecause = RouteWords.NoRule };

        var rule = _options.Rules[index];
        var candidates = Candidates(rule, question, tried, unhealthy);
        var chosen = Array.FindIndex(candidates, c => c.Standing == RouteWords.InReserve);
        choice = choice with { Rule = Describe(index, rule), Candidates = candidates };
        if (cause == RouteWords.SoftDecline && !rule.FailoverOnSoftDecline)
            return choice with { NoneBecause = RouteWords.NoFailoverOnSoftDecline };
        if (chosen < 0)
            return choice with { NoneBecause = tried.Count == 0 ? RouteWords.NoneUsable : RouteWords.NoneLeft };

        candidates[chosen] = candidates[chosen] with { Standing = RouteWords.Chosen };
        return choice with { Connection = candidates[chosen].Connection };
    }

    /// <summary>Those that may be tried, the healthy ones first; then those that are left out.</summary>
    private RouteCandidate[] Candidates(
        RuleOptions rule, RouteQuestion question, IReadOnlyList<string> tried, IReadOnlySet<string> unhealthy)
    {
        var usable = rule.Shares.Where(s => LeftOut(s.Key, question) is null).ToArray();
        var drawn = Draw(usable, question.Key).Concat(rule.Shares.Except(usable).OrderBy(s => s.Key, StringComparer.Ordinal));
        return
        [
            .. drawn
                .Select(s => new RouteCandidate
                {
                    Connection = s.Key,
                    Psp = PspOf(s.Key)!,
                    Share = s.Value,
                    Standing = LeftOut(s.Key, question)
                        ?? (tried.Contains(s.Key) ? RouteWords.TriedBefore : RouteWords.InReserve),
                    Unhealthy = unhealthy.Contains(s.Key),
                })
                .OrderBy(c => c.Standing != RouteWords.InReserve ? 2 : c.Unhealthy ? 1 : 0),
        ];
    }

    private string? LeftOut(string connection, RouteQuestion question)
    {
        var credential = question.Method.Credentials.FirstOrDefault(c => c.Psp == PspOf(connection));
        return credential is null ? RouteWords.NoCredential
            : question.SeveralOrders && !credential.Reusable ? RouteWords.TokenSingleUse
            : null;
    }

    /// <summary>
    /// Draws one after the other by share, without putting back; the hash makes it the same draw every time. A share of 0
    /// is never drawn, and comes last.
    /// </summary>
    private static List<KeyValuePair<string, int>> Draw(IEnumerable<KeyValuePair<string, int>> shares, string key)
    {
        var left = shares.OrderBy(s => s.Key, StringComparer.Ordinal).ToList();
        var drawn = new List<KeyValuePair<string, int>>(left.Count);
        while (left.Sum(s => (long)s.Value) is > 0 and var total)
        {
            var text = drawn.Count == 0 ? key : $"{key}/{drawn.Count}";
            var point = (long)(BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(text))) % (ulong)total);
            var next = left.First(s => (point -= s.Value) < 0);
            drawn.Add(next);
            left.Remove(next);
        }

        return [.. drawn, .. left];
    }

    private static bool Matches(RuleOptions rule, RouteQuestion question) =>
        Matches(rule.Currency, question.Currency)
        && Matches(rule.Country, question.Method.Country)
        && Matches(rule.Method, question.Method.Type);

    private static bool Matches(string pattern, string? value) =>
        pattern == Any || string.Equals(pattern, value, StringComparison.OrdinalIgnoreCase);

    private static string Describe(int index, RuleOptions rule) =>
        $"rule {index + 1} ({Word("currency", rule.Currency)}, {Word("country", rule.Country)}, {Word("method", rule.Method)})";

    private static string Word(string name, string pattern) => pattern == Any ? $"any {name}" : $"{name} {pattern}";
}
