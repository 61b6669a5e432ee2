using System.Security.Cryptography;
using System.Text;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Orchestrator.Routing;

/// <summary>The connections that may take an order, in the order to try them.</summary>
/// <param name="Connections">Empty when none may.</param>
/// <param name="FailoverOnSoftDecline">Whether a soft decline may go on to the next.</param>
internal sealed record ConnectionRoute(IReadOnlyList<string> Connections, bool FailoverOnSoftDecline);

/// <summary>
/// Chooses connections by currency, country, method and share. The same order always gets the same route: shares are
/// drawn by a hash of its id, so that a repeated decision does not wander.
/// </summary>
internal sealed class RoutingTable
{
    public const string Any = "*";

    private readonly RoutingOptions _options;

    public RoutingTable(RoutingOptions options)
    {
        foreach (var name in options.Rules.SelectMany(r => r.Shares.Keys))
        {
            if (!options.Connections.ContainsKey(name))
                throw new DependencyMissingException($"Routing:Rules names the connection '{name}', which is not among Routing:Connections.");
        }

        if (options.Rules.Count == 0)
            throw new DependencyMissingException("Routing:Rules is empty: no payment would find a connection.");

        _options = options;
    }

    public IReadOnlyCollection<string> Connections => _options.Connections.Keys;

    /// <summary>The PSP that a connection is an account at.</summary>
    public string PspOf(string connection) => _options.Connections[connection].Psp;

    /// <param name="currency">Of the payment.</param>
    /// <param name="method">Only PSPs that have a credential in it are considered.</param>
    /// <param name="orderKey">Draws the share.</param>
    public ConnectionRoute Find(string currency, PaymentMethod method, string orderKey)
    {
        var rule = _options.Rules.FirstOrDefault(r =>
            Matches(r.Currency, currency) && Matches(r.Country, method.Country) && Matches(r.Method, method.Type));
        if (rule is null)
            return new ConnectionRoute([], false);

        var psps = method.Credentials.Select(c => c.Psp).ToHashSet();
        var usable = rule.Shares.Where(s => psps.Contains(PspOf(s.Key))).OrderBy(s => s.Key, StringComparer.Ordinal).ToArray();
        return new ConnectionRoute(Draw(usable, orderKey), rule.FailoverOnSoftDecline);
    }

    private static string[] Draw(KeyValuePair<string, int>[] shares, string orderKey)
    {
        var total = shares.Sum(s => s.Value);
        if (total == 0)
            return [.. shares.Select(s => s.Key)];

        var point = (long)(BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(orderKey))) % (ulong)total);
        var first = shares.First(s => (point -= s.Value) < 0).Key;
        return [first, .. shares.Where(s => s.Key != first).OrderByDescending(s => s.Value).Select(s => s.Key)];
    }

    private static bool Matches(string pattern, string? value) =>
        pattern == Any || string.Equals(pattern, value, StringComparison.OrdinalIgnoreCase);
}
