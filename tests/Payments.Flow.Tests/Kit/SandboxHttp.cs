using System.Net.Http.Json;
using Payments.Contracts;

namespace Payments.Flow.Tests.Kit;

/// <summary>The PSP's side: its own book of charges, and the faults it is asked for.</summary>
internal sealed class SandboxHttp(Uri address) : IDisposable
{
    private const int PageSize = 1000;

    private readonly HttpClient _http = new() { BaseAddress = address };

    public void Dispose() => _http.Dispose();

    /// <summary>Every intent that was made for the payment, oldest first.</summary>
    public async Task<IReadOnlyList<Charge>> Charges(Ulid paymentId) =>
        [.. (await Charges()).Where(c => c.PaymentId == paymentId.ToString())];

    /// <summary>The whole book, oldest first.</summary>
    public async Task<IReadOnlyList<Charge>> Charges()
    {
        var found = new List<Charge>();
        for (long? after = 0; after is not null;)
        {
            var page = (await _http.GetFromJsonAsync<ChargePage>(
                new Uri($"/sandbox/charges?after={after}&limit={PageSize}", UriKind.Relative))).ShouldNotBeNull();
            found.AddRange(page.Data);
            after = page.Next;
        }

        return found;
    }

    /// <summary>Faults of an account, in force until what is returned is disposed.</summary>
    public async Task<IAsyncDisposable> Fault(string account, object settings)
    {
        var faults = new Uri($"/sandbox/accounts/{account}/faults", UriKind.Relative);
        using var response = await _http.PutAsJsonAsync(faults, settings);
        response.EnsureSuccessStatusCode();
        return new Cleared(_http, faults);
    }

    /// <summary>Orders a fault, as <c>payctl sandbox fault set</c> does; in force until what is returned is disposed.</summary>
    public async Task<IAsyncDisposable> Order(object fault)
    {
        using var response = await _http.PostAsJsonAsync(new Uri("/sandbox/faults", UriKind.Relative), fault);
        response.EnsureSuccessStatusCode();
        var id = (await response.Content.ReadFromJsonAsync<Ordered>()).ShouldNotBeNull().Id;
        return new Cleared(_http, new Uri($"/sandbox/faults/{id}", UriKind.Relative));
    }

    /// <summary>How often each fault that is in force has happened, by name.</summary>
    public async Task<IReadOnlyDictionary<string, long>> Happened()
    {
        var page = (await _http.GetFromJsonAsync<FaultPage>(new Uri("/sandbox/faults", UriKind.Relative))).ShouldNotBeNull();
        return page.Data.GroupBy(f => f.Fault).ToDictionary(f => f.Key, f => f.Sum(r => r.Happened));
    }

    /// <summary>Ends what the PSP calls processing.</summary>
    public async Task Settle(Charge charge, string outcome)
    {
        using var response = await _http.PostAsJsonAsync(
            new Uri($"/sandbox/accounts/{charge.Account}/payment_intents/{charge.PaymentIntent}/settle", UriKind.Relative),
            new { outcome });
        response.EnsureSuccessStatusCode();
    }

    private sealed record Ordered(int Id, string Fault, long Happened);

    private sealed record FaultPage(IReadOnlyList<Ordered> Data);

    private sealed record ChargePage(IReadOnlyList<Charge> Data, long? Next);

    private sealed class Cleared(HttpClient http, Uri faults) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            using var response = await http.DeleteAsync(faults);
            response.EnsureSuccessStatusCode();
        }
    }
}

/// <summary>One intent in the sandbox's book.</summary>
internal sealed record Charge(
    string Account,
    string PaymentIntent,
    string Status,
    string? PaymentId,
    string? OrderId,
    long Amount,
    long Authorized,
    long Captured,
    long Refunded,
    bool Canceled,
    IReadOnlyList<ChargeRefund> Refunds);

/// <summary>One refund of a charge.</summary>
internal sealed record ChargeRefund(string Refund, string Status, long Amount);
