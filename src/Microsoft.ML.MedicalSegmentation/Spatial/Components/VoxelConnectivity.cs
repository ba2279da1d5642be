namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Which voxels count as neighbours, and so which regions hang together.</summary>
public enum VoxelConnectivity
{
    /// <summary>6 neighbours across faces; 4 in a volume of one slice. As scipy.ndimage.label by default.</summary>
    Faces,

    /// <summary>18 neighbours across faces and edges; 8 in a volume of one slice.</summary>
    Edges,

    /// <summary>
    /// 26 neighbours across faces, edges and corners; 8 in a volume of one slice. As scikit-image's label and cc3d by default.
    /// </summary>
    Corners,
}
