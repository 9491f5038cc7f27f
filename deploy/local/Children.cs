namespace Platform.Local;

/// <summary>Everything this run started; stopped in the opposite order, those started in one stage side by side.</summary>
internal sealed class Children : IAsyncDisposable
{
    private readonly List<(int Stage, ChildProcess Child)> started = [];
    private int stage;

    public void NextStage() => stage++;

    public ChildProcess Add(ChildProcess child)
    {
        started.Add((stage, child));
        return child;
    }

    /// <summary>Does the work, unless a child ends meanwhile: then the work is cancelled and the child named.</summary>
    public async Task<T> WhileAllRunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken stop)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var task = work(linked.Token);
        await Task.WhenAny([task, .. started.Select(one => one.Child.Exited)]);
        if (!task.IsCompletedSuccessfully)
        {
            // Work that failed because a child died fails a moment before the death is known; the death is the reason to tell.
            // And a terminal without sessions sends Ctrl-C to the children too, before this process has noticed it.
            await Task.Delay(TimeSpan.FromMilliseconds(300), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!task.IsCompletedSuccessfully && !stop.IsCancellationRequested && started.Find(one => one.Child.Exited.IsCompleted).Child is { } dead)
        {
            await linked.CancelAsync();
            await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new LocalRunException(dead.Obituary);
        }

        return await task;
    }

    public Task WhileAllRunAsync(Func<CancellationToken, Task> work, CancellationToken stop) =>
        WhileAllRunAsync(
            async cancelled =>
            {
                await work(cancelled);
                return true;
            },
            stop);

    public async ValueTask DisposeAsync()
    {
        foreach (var together in started.GroupBy(one => one.Stage).OrderByDescending(group => group.Key))
        {
            await Task.WhenAll(together.Select(one => one.Child.DisposeAsync().AsTask()));
        }
    }
}
