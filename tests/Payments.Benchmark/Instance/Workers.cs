namespace Payments.Benchmark.Instance;

/// <summary>The processes of one scenario: one or more of each worker, and what else it needs.</summary>
internal sealed class Workers : IAsyncDisposable
{
    private readonly List<Worker> _all = [];

    public IReadOnlyList<Worker> All => _all;

    /// <summary>Starts them together; all are ready when this returns.</summary>
    public static async Task<Workers> Start(
        WorkerSet set, int processes, IEnumerable<string> besides, CancellationToken cancellationToken)
    {
        var workers = new Workers();
        foreach (var service in besides)
            workers._all.Add(new Worker(service, 1, WorkerSet.Product.Command(service), Layout.ProgramFolder(service)));
        foreach (var service in WorkerSet.Services)
        {
            for (var number = 1; number <= processes; number++)
                workers._all.Add(new Worker(service, number, set.Command(service), set.Folder(service)));
        }

        try
        {
            await Task.WhenAll(workers._all.Select(w => w.Start(cancellationToken)));
            return workers;
        }
        catch
        {
            await workers.DisposeAsync();
            throw;
        }
    }

    public IEnumerable<Worker> Of(string service) => _all.Where(w => w.Service == service);

    public Uri AddressOf(string service) => Of(service).First().Address;

    public void ThrowIfAnyEnded()
    {
        foreach (var worker in _all)
            worker.ThrowIfEnded();
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_all.Select(w => w.DisposeAsync().AsTask()));
        _all.Clear();
    }
}
