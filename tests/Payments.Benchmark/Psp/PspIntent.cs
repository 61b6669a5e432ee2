namespace Payments.Benchmark.Psp;

/// <summary>An intent whose id is all there is to know about it. Order ids of the benchmark hold no dot.</summary>
internal sealed record PspIntent(string PaymentId, string OrderId, string Currency, long Amount)
{
    private const string Prefix = "pi_";

    public string Id => $"{Prefix}{PaymentId}.{OrderId}.{Currency}.{Amount}";

    public static PspIntent? TryParse(string id) =>
        id.StartsWith(Prefix, StringComparison.Ordinal)
        && id[Prefix.Length..].Split('.') is [var payment, var order, var currency, var amount]
        && long.TryParse(amount, out var minor)
            ? new PspIntent(payment, order, currency, minor)
            : null;
}
