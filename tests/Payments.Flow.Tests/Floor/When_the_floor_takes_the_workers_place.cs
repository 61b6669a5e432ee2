using Payments.Flow.Tests.Kit;
using Payments.Testing;
using Xunit.Abstractions;

namespace Payments.Flow.Tests.Floor;

/// <summary>
/// The benchmark measures the product by its floor, which is a fair yardstick only as long as both write the same. One
/// payment goes through the product's workers, with the benchmark's free PSP, and one through the floor's.
/// </summary>
[Collection(FloorCollection.Name)]
public sealed class When_the_floor_takes_the_workers_place(ITestOutputHelper output)
{
    private static readonly string[] Services = ["orchestrator", "executor", "wallets", "ledger"];

    [Fact]
    public async Task Should_write_the_same_rows()
    {
        var product = await Pay(Product);
        var floor = await Pay(Floor);

        output.WriteLine(string.Join('\n', product));
        product.Count.ShouldBeGreaterThan(30, "rows that are not found prove nothing");
        Without(product, floor).ShouldBeEmpty("the product writes them and the floor does not");
        Without(floor, product).ShouldBeEmpty("the floor writes them and the product does not");
    }

    private static ServiceProcess Product(string service) => new(
        service,
        command: service == "executor" ? [Repository.Program("tests", "Payments.Benchmark"), service] : null);

    private static ServiceProcess Floor(string service) =>
        new(service, command: [Repository.Program("tests", "Payments.Benchmark.Floor"), "worker", service]);

    private static async Task<IReadOnlyList<string>> Pay(Func<string, ServiceProcess> worker)
    {
        var workers = Services.Select(worker).ToArray();
        try
        {
            await Task.WhenAll(workers.Select(w => w.Start()));
            var request = Request.OfOne();
            await using (var frontDoor = await FrontDoor.Connect())
                await frontDoor.Publish(request);
            await Eventually.Async(
                $"{request.PaymentId} to be completed",
                TimeSpan.FromSeconds(60),
                () => PaymentRows.IsCompleted(request.PaymentId));
            return await PaymentRows.Of(request.PaymentId, request.Sellers[0], Services);
        }
        catch (EventuallyException exception)
        {
            throw new EventuallyException(string.Join('\n', workers.SelectMany(w => w.LastTroubles(6))), exception);
        }
        finally
        {
            await Task.WhenAll(workers.Select(w => w.DisposeAsync().AsTask()));
        }
    }

    /// <summary>What one has more often than the other.</summary>
    private static List<string> Without(IEnumerable<string> rows, IEnumerable<string> others)
    {
        var left = rows.ToList();
        foreach (var row in others)
            left.Remove(row);
        return left;
    }
}
