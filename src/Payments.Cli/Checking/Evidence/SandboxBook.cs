using System.Net.Http.Json;
using System.Text.Json;
using Payments.Contracts;

namespace Payments.Cli.Checking.Evidence;

/// <summary>What the emulated PSP took, in its own words.</summary>
internal sealed class SandboxBook
{
    private const int PageSize = 1000;

    private readonly ILookup<string, ChargeRow> _byPayment;

    private SandboxBook(IEnumerable<ChargeRow> charges) => _byPayment = charges.ToLookup(c => c.PaymentId ?? "");

    public IReadOnlyList<ChargeRow> Of(Ulid paymentId) => [.. _byPayment[paymentId.ToString()]];

    /// <summary>The payments that charges say they are of.</summary>
    public IEnumerable<Ulid> Payments() =>
        _byPayment.Select(g => Ulid.TryParse(g.Key, out var id) ? id : Ulid.Empty).Where(id => id != Ulid.Empty);

    /// <summary>Charges of payments that are not among those.</summary>
    public IReadOnlyList<ChargeRow> Stray(IReadOnlySet<Ulid> known) =>
        [.. _byPayment.Where(g => !(Ulid.TryParse(g.Key, out var id) && known.Contains(id))).SelectMany(g => g)];

    public static async Task<SandboxBook> Read(Uri address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = address };
        var charges = new List<ChargeRow>();
        long? after = 0;
        while (after is not null)
        {
            var page = await ReadPage(http, after.Value, cancellationToken);
            charges.AddRange(page.Data.Select(c => c.ToRow()));
            after = page.Next;
        }

        return new SandboxBook(charges);
    }

    private static async Task<Page> ReadPage(HttpClient http, long after, CancellationToken cancellationToken)
    {
        try
        {
            return await http.GetFromJsonAsync<Page>(
                    $"sandbox/charges?after={after}&limit={PageSize}", ContractJson.Options, cancellationToken)
                ?? throw new JsonException("null");
        }
        catch (JsonException exception)
        {
            throw new HttpRequestException($"What answers at {http.BaseAddress} is not the sandbox.", exception);
        }
    }

    private sealed record Page(IReadOnlyList<Entry> Data, long? Next);

    private sealed record Entry(
        string Account,
        string Psp,
        string PaymentIntent,
        string Status,
        string? PaymentId,
        string? OrderId,
        string Currency,
        long Authorized,
        long Captured,
        long Refunded,
        bool Canceled)
    {
        public ChargeRow ToRow() => new(
            Account, PaymentIntent, Status, PaymentId, OrderId, Currency,
            ToMinor(Authorized), ToMinor(Captured), ToMinor(Refunded), Canceled);

        private long ToMinor(long amount) => SandboxAmounts.ToMinor(Psp, Currency, amount);
    }
}
